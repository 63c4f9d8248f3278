// Before anything is drawn: the appearance that was chosen last, if any.
"use strict";
try {
  const chosen = localStorage.getItem("comity-theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch {
  // Without storage the system's choice stands.
}
