export declare function buildGazetteer(): Promise<string>;
