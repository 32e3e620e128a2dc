// The add-in of WPS: one button that shows the pane. ES5, and nothing waits: in some builds of WPS
// buttons whose functions are asynchronous vanish.
function OnAddinLoad() {
  return true;
}

function GetImage() {
  return "icon-32.png";
}

function OnAction() {
  var app = window.Application || window.wps;
  var store = app.PluginStorage;
  var id = store.getItem("gouji_pane");
  var url;
  var pane = id ? app.GetTaskPane(id) : null;
  if (!pane) {
    url = location.href.split("/").slice(0, -1).concat("pane.html").join("/");
    pane = app.CreateTaskPane(url);
    store.setItem("gouji_pane", pane.ID);
  }
  pane.Visible = true;
  return true;
}
