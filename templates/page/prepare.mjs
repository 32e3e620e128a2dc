// Run by node when the page is built: packs its parts, and compiles what runs at its start.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [engine, home] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(engine, "pyodide.mjs")));
const py = await loadPyodide({ indexURL: engine + path.sep, env: { PYTHONHASHSEED: "0" } });
const bytes = (file) => new Uint8Array(fs.readFileSync(file));
const given = {
  std: path.join(engine, "python_stdlib.zip"),
  wasm: path.join(engine, "pyodide.asm.wasm"),
  own: path.join(home, "own.zip"),
  worker: path.join(home, "worker.js"),
};
py.FS.mkdirTree("/given");
py.FS.mkdirTree("/packed");
for (const [name, file] of Object.entries(given)) py.FS.writeFile(`/given/${name}`, bytes(file));
py.runPython(`
import gzip, importlib, io, json, sys, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

# What of Python no program without a terminal, a network and other processes can use.
IDLE = set("""_pyrepl bdb doctest ftplib imaplib mailbox multiprocessing optparse pdb pickletools plistlib poplib profile pstats pydoc pydoc_data
    smtplib socketserver trace turtle unittest webbrowser wsgiref xmlrpc""".split())

def packed(name, compiled):
    stream = io.BytesIO()
    with zipfile.ZipFile(f"/given/{name}") as old, zipfile.ZipFile(stream, "w") as new:
        for one in sorted(old.namelist()):
            if one.endswith("/") or name == "std" and one.split("/")[0].removesuffix(".py") in IDLE:
                continue
            content = old.read(one)
            if one.endswith(".py") and compiled(one):
                code = compile(content, f"/lib/{one}", "exec", dont_inherit=True, optimize=0)
                one, content = one + "c", _code_to_hash_pyc(code, bytes(8), False)
            new.writestr(zipfile.ZipInfo(one, (1980, 1, 1, 0, 0, 0)), content)
    with open(f"/packed/{name}", "wb") as file:
        file.write(gzip.compress(stream.getvalue(), 9, mtime=0))

sys.path.insert(0, "/given/own")
with zipfile.ZipFile("/given/own") as archive:
    archive.extractall("/own")
    ours = [name for name in archive.namelist() if name.startswith("toolkit/") and name.endswith(".py")]
sys.path[0] = "/own"
for name in ours:
    importlib.import_module(name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
run = {getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}
assert not IDLE & {name.split(".")[0] for name in sys.modules}, IDLE & set(sys.modules)
packed("std", lambda name: any(file.endswith(f".zip/{name}") for file in run))
packed("own", lambda name: True)
versions = {
    "CPython": sys.version.split()[0],
    "Expat": importlib.import_module("pyexpat").EXPAT_VERSION.removeprefix("expat_"),
    "SQLite": importlib.import_module("sqlite3").sqlite_version,
    "Zstandard": importlib.import_module("compression.zstd").zstd_version,
    "libmpdec": importlib.import_module("_decimal").__libmpdec_version__,
    "zlib": importlib.import_module("zlib").ZLIB_RUNTIME_VERSION,
}
with open("/packed/versions", "w") as file:
    json.dump(versions, file)
for name in ("wasm", "worker"):
    with open(f"/given/{name}", "rb") as file, open(f"/packed/{name}", "wb") as out:
        out.write(gzip.compress(file.read(), 9, mtime=0))
`);
fs.mkdirSync(path.join(home, "packed"));
fs.writeFileSync(path.join(home, "versions.json"), py.FS.readFile("/packed/versions"));
for (const name of Object.keys(given)) {
  fs.writeFileSync(path.join(home, "packed", name), py.FS.readFile(`/packed/${name}`));
}
