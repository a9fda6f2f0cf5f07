// The script of the API's reference: renders the document embedded in the page, with this server as the target.
import 'openapi-explorer';

const explorer = document.querySelector('openapi-explorer');
// The page's own address is the server's, whatever proxy is in front of it.
const origin = location.origin + location.pathname.replace(/\/+docs\/*$/, '');
const text = document.getElementById('description').textContent.replaceAll(explorer.dataset.origin, origin);
const description = JSON.parse(text);
for (const operation of Object.values(description.paths).flatMap((methods) => Object.values(methods))) {
    // The component only knows the older name.
    operation['x-code-samples'] = operation['x-codeSamples'];
    delete operation['x-codeSamples'];
}

// On a phone the table of headers has no room for four columns.
const narrow = new CSSStyleSheet();
narrow.replaceSync(`@media (max-width: 767px) {
    .resp-headers + table tr { display: block; padding: 4px 0; }
    .resp-headers + table td { display: inline-block; border: 0 !important; padding: 2px 8px !important; }
}`);
const table = customElements.get('api-response');
table.elementStyles = [...table.elementStyles, narrow];

for (const place of document.querySelectorAll('.origin')) place.textContent = origin;
await explorer.loadSpec(description);

const form = document.querySelector('form');
form.addEventListener('submit', (event) => {
    event.preventDefault();
    const token = form.querySelector('input').value.trim();
    // The component keeps it in memory only.
    void explorer.setAuthenticationConfiguration('apiKey', { token });
    form.querySelector('[role=status]').textContent = token ? 'Requests are sent with this key.' : 'No key is sent.';
});
