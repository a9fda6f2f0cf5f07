/**
 * The clipboard script: a button with `data-copy` copies the parts marked `data-text` of the element it names, one per
 * line. Without scripts the buttons are hidden.
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
    button.textContent = 'Copying is not allowed in this browser';
  }
  setTimeout(() => { button.textContent = label; }, 2000);
});
`;
