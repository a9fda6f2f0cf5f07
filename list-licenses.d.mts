export declare function listLicenses(paths: readonly string[]): string;
