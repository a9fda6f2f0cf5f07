/**
 * What runs in the reader's browser: it puts in what the server sends. Written for browsers, so it is text here; the
 * page is complete without it.
 */
export const liveScript = `
const connection = document.getElementById('connection');
const events = new EventSource('events');
events.onopen = () => { connection.textContent = ''; };
events.onerror = () => { connection.textContent = 'The connection is lost. Trying again; the figures may be old.'; };
events.addEventListener('state', (event) => {
  for (const [id, html] of Object.entries(JSON.parse(event.data))) {
    const region = document.getElementById(id);
    if (region) region.innerHTML = html;
  }
});
events.addEventListener('end', () => {
  events.close();
  connection.textContent = 'The run has ended. These are its last figures.';
});
`;
