// A browser without Excel or WPS around it: a file is dropped or chosen, nothing is written back.
const browserHost = (() => {
  let file = null;

  function take(files) {
    [file = null] = files;
    if (file) document.dispatchEvent(new Event("taken"));
  }

  function begin() {
    const input = document.getElementById("file");
    document.getElementById("given").hidden = false;
    document.getElementById("choose").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      take(Array.from(input.files));
      input.value = "";
    });
    for (const name of ["dragover", "drop"])
      addEventListener(name, (event) => {
        event.preventDefault();
        if (name === "drop") take(Array.from(event.dataTransfer.files));
      });
  }

  return {
    words: "browser",
    begin,
    async read() {
      if (!file) throw new Error("no-file");
      return { name: file.name, data: new Blob([await file.arrayBuffer()]) };
    },
  };
})();
