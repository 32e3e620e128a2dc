// The worker: Python with this package in it. It gets files and questions, and gives answers.
const SITE = "/lib/site";
const DESK = "/desk";
let python = null;
let desks = null;

// What the engine would ask the network for is here already.
async function begin({ module, std, own, build }) {
  WebAssembly.instantiateStreaming = async (_response, imports) => ({
    module,
    instance: await WebAssembly.instantiate(module, imports),
  });
  self.fetch = async (address) => new Response(String(address).endsWith(".zip") ? std : null);
  python = await loadPyodide({
    indexURL: "blob:/engine/",
    createPyodideModule: _createPyodideModule,
    lockFileContents: { info: ENGINE, packages: {} },
    env: { HOME: "/home", PYTHONDONTWRITEBYTECODE: "1" },
  });
  python.unpackArchive(own, "zip", { extractDir: SITE });
  desks = python.runPython(`
import sys
sys.path.append("${SITE}")
from functools import partial
from toolkit.page.desk import Desk
from toolkit.page.questions import ask
partial(ask, {name: Desk(f"${DESK}/{name}", "${build}") for name in ("", "agency", "blanks")})
`);
}

// A folder holds just the given files, read from where they are when they are asked for. The nodes
// are made here: the file system itself takes a name like "constructor" for a folder it has.
function lay({ folder, files }) {
  const { FS } = python;
  const { WORKERFS } = FS.filesystems;
  const place = `${DESK}/${folder}`;
  const folders = new Map();
  const made = (path, mode, content, when) => {
    const cut = path.lastIndexOf("/");
    const parent = cut < 0 ? folders.get("") : inside(path.slice(0, cut));
    const name = path.slice(cut + 1);
    return WORKERFS.createNode(parent, name, mode, 0, content, when ? new Date(when) : undefined);
  };
  const bare = (node) => Object.assign(node, { contents: Object.create(null) });
  const inside = (path) => {
    if (!folders.has(path)) folders.set(path, bare(made(path, WORKERFS.DIR_MODE)));
    return folders.get(path);
  };
  FS.chdir("/");
  try {
    FS.unmount(place);
  } catch {
    FS.mkdirTree(place);
  }
  folders.set("", bare(FS.mount(WORKERFS, {}, place)));
  for (const { name, data, when } of files) made(name, WORKERFS.FILE_MODE, data, when);
}

function ask({ desk, name, given }) {
  const answer = desks(desk, name, JSON.stringify(given));
  if (!answer?.toJs) return answer;
  try {
    return answer.toJs({ dict_converter: Object.fromEntries, create_pyproxies: false });
  } finally {
    answer.destroy();
  }
}

const doing = { begin, lay, ask };
self.onmessage = async ({ data: { number, what, given } }) => {
  const told = { number };
  try {
    told.answer = await doing[what](given);
  } catch (error) {
    told.error = String(error?.message ?? error);
    told.ours = python !== null && error instanceof python.ffi.PythonError;
  }
  told.memory = python?._module.HEAP8.length;
  self.postMessage(told);
};
