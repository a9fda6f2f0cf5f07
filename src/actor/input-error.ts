/** A mistake in the input that ends the run before anything is fetched; its message is for the user. */
export class InputError extends Error {
    override name = 'InputError';
    readonly code: string;

    constructor(code: string, message: string, options?: ErrorOptions) {
        super(message, options);
        this.code = code;
    }
}
