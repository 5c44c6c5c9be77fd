/* Menus of the page's header: what the theme uses Bootstrap's script (81 KB) for. A button with
   data-bs-toggle="dropdown" opens the list after it; Escape, a click elsewhere or leaving it by keyboard
   closes it, and the arrow keys go through its entries. */
(function () {
  "use strict";

  function list(button) { return button.parentElement.querySelector(".dropdown-menu"); }

  function set(button, open) {
    button.setAttribute("aria-expanded", String(open));
    button.classList.toggle("show", open);
    if (open) { list(button).style.display = ""; }
    list(button).classList.toggle("show", open);
  }

  function start() {
    var buttons = document.querySelectorAll('[data-bs-toggle="dropdown"]');
    buttons.forEach(function (button) {
      button.addEventListener("click", function () {
        set(button, button.getAttribute("aria-expanded") !== "true");
      });
      button.parentElement.addEventListener("keydown", function (event) {
        var entries = Array.from(list(button).querySelectorAll(".dropdown-item"));
        var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === "Escape") {
          set(button, false);
          list(button).style.display = "none";  // the theme shows it under the mouse as well
          button.focus();
        } else if (step && entries.length) {
          event.preventDefault();
          set(button, true);
          var at = entries.indexOf(document.activeElement);
          entries[at < 0 ? (step > 0 ? 0 : entries.length - 1) : (at + step + entries.length) % entries.length].focus();
        }
      });
      button.parentElement.addEventListener("mouseleave", function () { list(button).style.display = ""; });
      button.parentElement.addEventListener("focusout", function (event) {
        if (event.relatedTarget && !button.parentElement.contains(event.relatedTarget)) { set(button, false); }
      });
    });
    document.addEventListener("click", function (event) {
      buttons.forEach(function (button) {
        if (!button.parentElement.contains(event.target)) { set(button, false); }
      });
    });
  }

  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
