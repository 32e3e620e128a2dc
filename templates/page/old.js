// Says a plain sentence where a browser is too old; itself it runs in any.
(function () {
  var can = typeof WebAssembly === "object" && typeof DecompressionStream === "function" &&
    typeof BigInt === "function" && typeof Worker === "function" && typeof Promise === "function";
  document.getElementById(can ? "app" : "too-old").hidden = false;
})();
