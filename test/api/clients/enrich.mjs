// Looks up one profile with fetch. Asks again when that can help.
const endpoint = 'http://127.0.0.1:8080/v1/linkedin-profile-enrichment/enrich';
const apiKey = 'atm_test_YOUR_KEY';

async function enrich(url) {
    for (let tries = 1; ; tries += 1) {
        const response = await fetch(endpoint, {
            method: 'POST',
            headers: {
                Authorization: `Bearer ${apiKey}`,
                'Content-Type': 'application/json',
                'Idempotency-Key': `${url}-from-fetch`,
            },
            body: JSON.stringify({ url }),
        });
        const body = await response.json();
        if (response.ok) return body;
        if (!body.error.retryable || tries === 3) throw new Error(`${body.error.code}: ${body.error.message}`);
        const waitSecs = Number(response.headers.get('retry-after') ?? tries);
        await new Promise((resolve) => setTimeout(resolve, waitSecs * 1000));
    }
}

console.log(JSON.stringify(await enrich('https://www.linkedin.com/in/example-1/')));
