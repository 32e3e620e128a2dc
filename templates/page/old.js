// Says a plain sentence where a browser is too old; itself it runs in any.
(function () {
  // A module with an exception handler: Chromium 95 knows it, and from 97 on our policy lets it in.
  var TRIED = [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 6, 64, 25, 11, 11
  ];
  function runs() {
    try {
      return !!new WebAssembly.Module(new Uint8Array(TRIED));
    } catch (error) {
      return false;
    }
  }
  function show(name, shown) {
    document.getElementById(name).hidden = !shown;
  }
  var can =
    typeof DecompressionStream === "function" &&
    typeof BigInt64Array === "function" &&
    typeof Worker === "function" &&
    typeof Promise === "function" &&
    runs();
  show(can ? "app" : "too-old", true);
  // A browser that cannot even read the page's script, whatever it says it can do.
  document.addEventListener("DOMContentLoaded", function () {
    if (/\bjs\b/.test(document.documentElement.className)) return;
    show("app", false);
    show("too-old", true);
  });
})();
