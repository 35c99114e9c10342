// Passkeys: buttons that only a browser which knows them shows, and what is said when one fails.
(() => {
  "use strict";

  const able = Boolean(window.PublicKeyCredential);
  for (const button of document.querySelectorAll("[data-passkey]")) button.hidden = !able;

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    for (const note of document.querySelectorAll("[data-passkey-failed]")) note.hidden = false;
  });
})();
