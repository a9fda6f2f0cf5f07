/** All values of a header, from raw headers (alternating names and values); `name` is in lower case. */
export function readRawHeader(rawHeaders: readonly string[], name: string): string[] {
    const values: string[] = [];
    for (let index = 0; index < rawHeaders.length; index += 2) {
        const sentName = rawHeaders[index] ?? '';
        if (sentName.length === name.length && sentName.toLowerCase() === name)
            values.push(rawHeaders[index + 1] ?? '');
    }
    return values;
}
