/** The known word that a misspelt one was probably meant for, ignoring case; null when none is close. */
export function findNearestWord(word: string, known: readonly string[]): string | null {
    const maxChanges = Math.max(2, Math.floor(word.length / 4));
    const ranked = known
        .filter((name) => Math.abs(name.length - word.length) <= maxChanges)
        .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }));
    const nearest = ranked.sort((one, other) => one.distance - other.distance)[0];
    return nearest && nearest.distance <= maxChanges ? nearest.name : null;
}

/** The Levenshtein distance of two words. */
export function editDistance(one: string, other: string): number {
    let row = Array.from({ length: other.length + 1 }, (_, column) => column);
    for (const [line, letter] of Array.from(one).entries()) {
        const next = [line + 1];
        for (let column = 0; column < other.length; column += 1) {
            const change = (row[column] ?? 0) + (letter === other[column] ? 0 : 1);
            next.push(Math.min(change, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
        }
        row = next;
    }
    return row[other.length] ?? 0;
}
