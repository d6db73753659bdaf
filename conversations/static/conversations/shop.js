// The shop's own buttons open the chat in the corner; without it they lead to the chat page.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-open-chat]");
  if (!link || !window.CSChat || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  window.CSChat.open();
});
