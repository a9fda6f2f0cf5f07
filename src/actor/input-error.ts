/** An invalid input, which ends the run before anything is fetched. Its message is for users. */
export class InputError extends Error {
    override name = 'InputError';
    readonly code: string;

    constructor(code: string, message: string, options?: ErrorOptions) {
        super(message, options);
        this.code = code;
    }
}
