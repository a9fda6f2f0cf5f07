import type { OpenApiDocument } from './openapi.ts';

type JsonSchema = {
    $ref?: string;
    type?: string | string[];
    const?: unknown;
    enum?: unknown[];
    anyOf?: JsonSchema[];
    oneOf?: JsonSchema[];
    items?: JsonSchema;
    properties?: Record<string, JsonSchema>;
    required?: string[];
    description?: string;
};

const style = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { padding: 0.75rem; overflow-x: auto; border: 1px solid; border-radius: 4px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.75rem 0.3rem 0; border-bottom: 1px solid #8886; }`;

/** The description as one page to read, without scripts and without anything from elsewhere. */
export function renderDocsPage({ info, paths, components }: OpenApiDocument): string {
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => {
            const rows = Object.entries(operation.responses).map(
                ([status, response]) => `<tr><td>${escape(status)}</td><td>${prose(response.description)}</td></tr>`,
            );
            return `<h2><code>${method.toUpperCase()} ${escape(path)}</code></h2>
<p>${prose(operation.summary)}. ${prose(operation.description)}</p>
<table><thead><tr><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
        }),
    );
    const example = Object.keys(paths)[0] ?? '';
    const schemas = Object.entries(components.schemas).map(
        ([id, schema]) => `<h3 id="${escape(id)}">${escape(id)}</h3>${renderSchema(schema as JsonSchema)}`,
    );
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(info.title)}: API</title>
<style>${style}</style>
</head>
<body>
<h1>${escape(info.title)}</h1>
<p>${prose(info.description)} Also as <a href="/openapi.json">OpenAPI 3.1</a>.</p>
<pre>curl -X POST http://127.0.0.1:8080${escape(example)} \\
  -H 'Authorization: Bearer &lt;key&gt;' \\
  -H 'Content-Type: application/json' \\
  -d '{"url": "https://www.linkedin.com/in/example-1/"}'</pre>
${operations.join('\n')}
<h2>Schemas</h2>
${schemas.join('\n')}
</body>
</html>
`;
}

function renderSchema(schema: JsonSchema): string {
    const variants = schema.oneOf ?? schema.anyOf;
    if (variants && !schema.properties) return `<p>${describeType(schema)}</p>`;
    const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => {
        const isOptional = !schema.required?.includes(name);
        const note = [isOptional ? 'optional' : '', property.description ?? ''].filter((text) => text !== '');
        return `<tr><td><code>${escape(name)}</code></td><td>${describeType(property)}</td><td>${prose(note.join('. '))}</td></tr>`;
    });
    const head = '<tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">Note</th></tr>';
    return `<table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table>`;
}

function describeType(schema: JsonSchema): string {
    if (schema.$ref !== undefined) {
        const id = escape(schema.$ref.split('/').at(-1) ?? '');
        return `<a href="#${id}">${id}</a>`;
    }
    const variants = schema.oneOf ?? schema.anyOf;
    if (variants) return variants.map((variant) => describeType(variant)).join(' or ');
    if (schema.const !== undefined) return `<code>${escape(JSON.stringify(schema.const))}</code>`;
    if (schema.enum) return schema.enum.map((value) => `<code>${escape(JSON.stringify(value))}</code>`).join(', ');
    if (schema.type === 'array') return `list of ${describeType(schema.items ?? {})}`;
    if (schema.type === 'object' && schema.properties) {
        const fields = Object.entries(schema.properties).map(
            ([name, property]) => `<code>${escape(name)}</code>: ${describeType(property)}`,
        );
        return `{${fields.join(', ')}}`;
    }
    return escape([schema.type ?? 'anything'].flat().join(' or '));
}

/** Text with its back-quoted words as code. */
function prose(text: string): string {
    return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function escape(text: string): string {
    return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
