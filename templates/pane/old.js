// Says a plain sentence where a browser is too old; itself it runs in any.
(function () {
  function show(name, shown) {
    document.getElementById(name).hidden = !shown;
  }
  show(typeof fetch === "function" && typeof Promise === "function" ? "app" : "too-old", true);
  // A browser that cannot even read the pane's script, whatever it says it can do.
  document.addEventListener("DOMContentLoaded", function () {
    if (/\bjs\b/.test(document.documentElement.className)) return;
    show("app", false);
    show("too-old", true);
  });
})();
