/** A program that asks for one profile, in one language. */
export type CodeSample = { lang: string; label: string; source: string };

/**
 * The sample programs of the documentation and the reference. Each makes one random Idempotency-Key and keeps it when it
 * asks again. `endpoint` is the whole address, `key` what stands in place of a key.
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
# One random key for all tries: what is sent twice is looked up and billed once.
curl --fail-with-body --silent --show-error --retry 2 --output profile.json -X POST \\
  "${endpoint}" \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -H "Idempotency-Key: $(openssl rand -hex 16)" \\
  -d '{"url": "https://www.linkedin.com/in/example-1/"}'`;
}

function buildJavaScript(endpoint: string, key: string): string {
    return `// Looks up one profile. Asks again when that can help.
import { setTimeout as sleep } from 'node:timers/promises';

const endpoint = '${endpoint}';
const apiKey = '${key}';

async function enrich(url) {
    // One random key for all tries: what is sent twice is looked up and billed once.
    const idempotencyKey = crypto.randomUUID();
    for (let tries = 1; ; tries += 1) {
        const response = await send({ url }, idempotencyKey).catch((lost) => lost);
        const body = response instanceof Response ? await response.json() : describeLoss(response);
        if (!body.error) return body;
        const { code, message, retryable } = body.error;
        if (!retryable || tries === 3) throw new Error(\`\${code}: \${message}\`);
        await sleep(Number(response.headers?.get('retry-after') ?? tries) * 1000);
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

function describeLoss({ message }) {
    return { error: { code: 'no_response', message, retryable: true } };
}

console.log(JSON.stringify(await enrich('https://www.linkedin.com/in/example-1/')));`;
}

function buildPython(endpoint: string, key: string): string {
    return `# Looks up one profile. Asks again when that can help.
import json
import time
import uuid

import requests

ENDPOINT = "${endpoint}"
API_KEY = "${key}"


def enrich(url):
    # One random key for all tries: what is sent twice is looked up and billed once.
    idempotency_key = str(uuid.uuid4())
    for tries in range(1, 4):
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
            # The answer was lost on its way.
            if tries == 3:
                raise
            time.sleep(tries)
            continue
        if response.ok:
            return body
        if not body["error"]["retryable"] or tries == 3:
            raise RuntimeError(f"{body['error']['code']}: {body['error']['message']}")
        time.sleep(float(response.headers.get("retry-after", tries)))


print(json.dumps(enrich("https://www.linkedin.com/in/example-1/")))`;
}
