/* Work that takes several steps goes on by itself where nobody has to decide anything. */
document.querySelector("form[data-go-on]")?.requestSubmit();
