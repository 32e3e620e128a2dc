// The engine: Python in a worker that can be ended. One question at a time, each with its time.
// biome-ignore lint/correctness/noUnusedVariables: other scripts of the page use it.
const engine = (() => {
  const START = 120000;
  const LIMIT = 60000;
  // A worker that took so many bytes is replaced: what it took once it never gives back.
  const MEMORY = 768 * 2 ** 20;
  const folders = new Map();
  const lasting = new Map();
  const waiting = new Map();
  let parts = null;
  let worker = null;
  let ready = null;
  let number = 0;
  let tail = Promise.resolve();
  // first: the number of the worker's beginning; what fails later is one file's fault.
  let taken = 0;
  let first = 0;

  async function unpacked(name) {
    const text = document.getElementById(`part-${name}`).textContent;
    const signs = atob(text);
    const packed = new Uint8Array(signs.length);
    for (let place = 0; place < signs.length; place++) packed[place] = signs.charCodeAt(place);
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  }

  async function prepared() {
    const [wasm, std, own, code] = await Promise.all(
      ["wasm", "std", "own", "worker"].map(unpacked),
    );
    const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    return { module: await WebAssembly.compile(wasm), std, own, address };
  }

  // Ends the worker; whoever waits for it gets the code of the finding that says why.
  function stop(code) {
    worker?.terminate();
    worker = ready = null;
    for (const { reject } of [...waiting.values()]) reject(new Error(code));
  }

  function send(what, given, limit) {
    return new Promise((resolve, reject) => {
      const own = ++number;
      const clock = setTimeout(() => stop("too-slow"), limit);
      const done = (settle) => (value) => {
        clearTimeout(clock);
        waiting.delete(own);
        settle(value);
      };
      waiting.set(own, { resolve: done(resolve), reject: done(reject) });
      worker.postMessage({ number: own, what, given });
    });
  }

  function heard({ data }) {
    taken = data.memory ?? taken;
    if (!("error" in data)) waiting.get(data.number)?.resolve(data.answer);
    else if (data.ours) waiting.get(data.number)?.reject(new Error(data.error));
    else stop(data.number > first ? "crashed" : data.error);
  }

  async function begun() {
    parts ??= await prepared();
    const mine = new Worker(parts.address);
    worker = mine;
    mine.onerror = () => stop("crashed");
    mine.onmessage = heard;
    const { module, std, own } = parts;
    first = number + 1;
    await send("begin", { module, std, own, build: page.build }, START);
    for (const [folder, files] of folders) await send("lay", { folder, files }, LIMIT);
    for (const question of lasting.values()) await send("ask", question(), LIMIT).catch(() => {});
  }

  function started() {
    if (taken > MEMORY) stop("out-of-memory");
    taken = 0;
    ready ??= begun().catch((error) => {
      worker?.terminate();
      worker = ready = null;
      throw error;
    });
    return ready;
  }

  function queued(work) {
    const done = tail.then(work);
    tail = done.catch(() => {});
    return done;
  }

  return {
    start: () => queued(started),
    stop,
    memory: () => taken,
    // files: [{name, data}], the whole content of a folder from now on; the agency's desk has its
    // own in agency/.
    lay: (folder, files) => {
      folders.set(folder, files);
      return queued(async () => {
        await started();
        return send("lay", { folder, files }, LIMIT);
      });
    },
    // What an engine that begins anew is asked first, in this order: question() gives
    // {desk, name, given}.
    lasting: (key, question) => {
      if (question) lasting.set(key, question);
      else lasting.delete(key);
    },
    // Asks a desk, the office's without a name; an answer is plain data, bytes come as Uint8Array.
    ask: (name, given = {}, limit = LIMIT, desk = "") =>
      queued(async () => {
        await started();
        return send("ask", { desk, name, given }, limit);
      }),
  };
})();
