/* Copy buttons: <button data-copy="id of the element" data-done="Copied">. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    // Without HTTPS there is no clipboard: mark the text, so that Ctrl-C is enough.
    getSelection().selectAllChildren(source);
    return;
  }
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = label; }, 1500);
});

// The theme folds groups of the sidebar by a click on a heading; with the keyboard it must work as well.
document.addEventListener("DOMContentLoaded", () => {
  for (const heading of document.querySelectorAll("#nav-sidebar-apps h2.cursor-pointer")) {
    heading.tabIndex = 0;
    heading.setAttribute("role", "button");
    heading.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      heading.click();
    });
  }
});

// <input type="file" data-bytes-max="…" data-too-large="what to say">: the server does not read what is larger.
document.addEventListener("change", (event) => {
  const input = event.target.closest("input[type=file][data-bytes-max]");
  if (!input) return;
  const isTooLarge = [...input.files].some((file) => file.size > Number(input.dataset.bytesMax));
  let note = input.form.querySelector("[data-too-large-note]");
  if (!note) {
    note = document.createElement("p");
    note.className = "bo-note is-bad";
    note.dataset.tooLargeNote = "";
    note.setAttribute("role", "alert");
    input.form.querySelector("button[type=submit]").before(note);
  }
  note.textContent = isTooLarge ? input.dataset.tooLarge : "";
  input.form.querySelector("button[type=submit]").disabled = isTooLarge;
});
