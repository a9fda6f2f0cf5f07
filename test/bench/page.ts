import { generatePerson } from '../../src/sources/sandbox/generate-person.ts';
import { renderPage } from '../../src/sources/sandbox/render-page.ts';

const dialog = `<div class="contextual-sign-in-modal"><div class="modal"><section class="modal__main" role="dialog"><h2>Sign in</h2>
<form action="/uas/login-submit" method="post"><input type="hidden" name="field" value="synthetic"><button type="submit">Sign in</button></form>
<svg viewBox="0 0 24 24"><path d="M12 2 L22 12 L12 22 L2 12 Z"></path></svg><p>Text of a dialog that nobody reads.</p></section></div></div>\n`;

/**
 * A profile page of `bytes` bytes or a little more, different for every number. What it lacks in size is added where
 * real pages have it: two thirds as dialogs in `<main>`, one third behind it.
 */
export function buildPage(number: number, bytes: number): string {
    const page = renderPage(generatePerson(`example-${number}`, { kind: 'example', number }));
    const missing = Math.max(0, bytes - page.length);
    const inMain = dialog.repeat(Math.ceil((missing * 2) / 3 / dialog.length));
    const behind = dialog.repeat(Math.ceil(missing / 3 / dialog.length));
    return page.replace('</main>', () => `${inMain}</main>${behind}`);
}
