"use strict";
// The engine: Python in a worker that can be ended. One question at a time, each with its time.
const engine = (() => {
  const START = 120000, LIMIT = 60000;
  const folders = new Map();
  const waiting = new Map();
  let parts = null, worker = null, ready = null, number = 0, tail = Promise.resolve();

  async function unpacked(name) {
    const text = document.getElementById("part-" + name).textContent;
    const packed = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  }

  async function prepared() {
    const [wasm, std, own, code] = await Promise.all(["wasm", "std", "own", "worker"].map(unpacked));
    const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    return { module: await WebAssembly.compile(wasm), std, own, address };
  }

  // Ends the worker; whoever waits for it gets the code of the finding that says why.
  function stop(code) {
    if (worker) worker.terminate();
    worker = ready = null;
    for (const { reject } of waiting.values()) reject(new Error(code));
    waiting.clear();
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

  function started() {
    ready ??= (async () => {
      parts ??= await prepared();
      worker = new Worker(parts.address);
      worker.onerror = () => stop("crashed");
      worker.onmessage = ({ data }) => {
        const one = waiting.get(data.number);
        if (one && "error" in data) one.reject(new Error(data.error));
        else if (one) one.resolve(data.answer);
      };
      const { module, std, own } = parts;
      await send("begin", { module, std, own }, START);
      for (const [folder, files] of folders) await send("lay", { folder, files }, LIMIT);
    })();
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
    // files: [{name, data}], the whole content of a folder from now on.
    lay: (folder, files) => {
      folders.set(folder, files);
      return queued(async () => {
        await started();
        await send("lay", { folder, files }, LIMIT);
      });
    },
    // Asks the desk; an answer is plain data, bytes come as Uint8Array.
    ask: (name, given = {}, limit = LIMIT) => queued(async () => {
      await started();
      return send("ask", { name, given }, limit);
    }),
  };
})();
