/** Before the page is drawn: the theme that the agent chose in the console. */
{
  let name = null;
  try {
    name = localStorage.getItem("cs.theme");
  } catch {
    // a browser without storage has the system's theme
  }
  const isDark = name === "dark" || (name !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}
