// The worker: Python with this package in it. It gets files and questions, and gives answers.
"use strict";
const SITE = "/lib/site", DESK = "/desk";
let desk = null;
let mounted = null;

// What the engine would ask the network for is here already.
async function begin({ module, std, own }) {
  WebAssembly.instantiateStreaming = async (response, imports) => ({
    module,
    instance: await WebAssembly.instantiate(module, imports),
  });
  self.fetch = async (address) => new Response(String(address).endsWith(".zip") ? std : null);
  const python = await loadPyodide({
    indexURL: "blob:/engine/",
    createPyodideModule: _createPyodideModule,
    lockFileContents: { info: ENGINE, packages: {} },
    env: { HOME: "/home", PYTHONDONTWRITEBYTECODE: "1" },
  });
  python.unpackArchive(own, "zip", { extractDir: SITE });
  mounted = python.FS;
  desk = python.runPython(`
import sys
sys.path.append("${SITE}")
from functools import partial
from toolkit.page.desk import Desk
from toolkit.page.questions import ask
partial(ask, Desk("${DESK}"))
`);
}

// A folder holds just the given files, read from where they are when they are asked for.
function lay({ folder, files }) {
  const place = DESK + "/" + folder;
  mounted.chdir("/");
  try {
    mounted.unmount(place);
  } catch {
    mounted.mkdirTree(place);
  }
  mounted.mount(mounted.filesystems.WORKERFS, { blobs: files }, place);
}

function ask({ name, given }) {
  const passed = desk(name, JSON.stringify(given));
  try {
    return passed?.toJs ? passed.toJs({ dict_converter: Object.fromEntries, create_pyproxies: false }) : passed;
  } finally {
    passed?.destroy?.();
  }
}

const doing = { begin, lay, ask };
self.onmessage = async ({ data: { number, what, given } }) => {
  try {
    self.postMessage({ number, answer: await doing[what](given) });
  } catch (error) {
    self.postMessage({ number, error: String(error?.message ?? error) });
  }
};
