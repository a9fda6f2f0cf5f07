/**
 * What copies text to the clipboard in the reader's browser: a button with `data-copy` copies the parts marked
 * `data-text` of the element it names, one a line. Without a script the buttons are not shown.
 */
export const copyScript = `
document.documentElement.classList.add('scripted');
document.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-copy]');
  if (!button) return;
  const parts = document.getElementById(button.dataset.copy).querySelectorAll('[data-text]');
  const text = Array.from(parts, (part) => part.dataset.text || part.textContent).join('\\n');
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'This browser does not let a page copy';
  }
  setTimeout(() => { button.textContent = label; }, 2000);
});
`;
