/** What the server told this page at load: who is here, where things are. */

export const config = JSON.parse(document.getElementById("console-config").textContent);
