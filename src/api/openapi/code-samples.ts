/** A program that requests one profile, in one language. */
export type CodeSample = { lang: string; label: string; source: string };

/**
 * The sample programs of the documentation and the reference. Each makes one random Idempotency-Key and reuses it for
 * retries. `endpoint` is the full URL, `key` the API key or its placeholder.
 */
export function buildCodeSamples({ endpoint, key }: { endpoint: string; key: string }): CodeSample[] {
    return [
        { lang: 'bash', label: 'curl', source: buildCurl(endpoint, key) },
        { lang: 'javascript', label: 'JavaScript', source: buildJavaScript(endpoint, key) },
        { lang: 'python', label: 'Python', source: buildPython(endpoint, key) },
    ];
}

function buildCurl(endpoint: string, key: string): string {
    return `# Looks up one profile; the response is in profile.json.
# One random key for all attempts: a retry is not billed again.
curl --fail-with-body --silent --show-error --retry 2 --output profile.json -X POST \\
  "${endpoint}" \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -H "Idempotency-Key: $(openssl rand -hex 16)" \\
  -d '{"url": "https://www.linkedin.com/in/example-1/"}'`;
}

function buildJavaScript(endpoint: string, key: string): string {
    return `// Looks up one profile, with retries where they can help.
import { setTimeout as sleep } from 'node:timers/promises';

const endpoint = '${endpoint}';
const apiKey = '${key}';

async function enrich(url) {
    // One random key for all attempts: a retry is not billed again.
    const idempotencyKey = crypto.randomUUID();
    for (let attempt = 1; ; attempt += 1) {
        const response = await send({ url }, idempotencyKey).catch((error) => error);
        const body = response instanceof Response ? await response.json() : describeFailure(response);
        if (!body.error) return body;
        const { code, message, retryable } = body.error;
        if (!retryable || attempt === 3) throw new Error(\`\${code}: \${message}\`);
        await sleep(Number(response.headers?.get('retry-after') ?? attempt) * 1000);
    }
}

function send(body, idempotencyKey) {
    return fetch(endpoint, {
        method: 'POST',
        headers: {
            Authorization: \`Bearer \${apiKey}\`,
            'Content-Type': 'application/json',
            'Idempotency-Key': idempotencyKey,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
    });
}

function describeFailure({ message }) {
    return { error: { code: 'no_response', message, retryable: true } };
}

console.log(JSON.stringify(await enrich('https://www.linkedin.com/in/example-1/')));`;
}

function buildPython(endpoint: string, key: string): string {
    return `# Looks up one profile, with retries where they can help.
import json
import time
import uuid

import requests

ENDPOINT = "${endpoint}"
API_KEY = "${key}"


def enrich(url):
    # One random key for all attempts: a retry is not billed again.
    idempotency_key = str(uuid.uuid4())
    for attempt in range(1, 4):
        try:
            response = requests.post(
                ENDPOINT,
                headers={
                    "Authorization": f"Bearer {API_KEY}",
                    "Idempotency-Key": idempotency_key,
                },
                json={"url": url},
                timeout=10,
            )
            body = response.json()
        except requests.RequestException:
            # No response, or an incomplete one.
            if attempt == 3:
                raise
            time.sleep(attempt)
            continue
        if response.ok:
            return body
        if not body["error"]["retryable"] or attempt == 3:
            raise RuntimeError(f"{body['error']['code']}: {body['error']['message']}")
        time.sleep(float(response.headers.get("retry-after", attempt)))


print(json.dumps(enrich("https://www.linkedin.com/in/example-1/")))`;
}
