export declare function buildReference(): Promise<{ path: string; inputs: string[] }>;
