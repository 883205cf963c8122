// The client that the demo lets in. Its keys stand on a screen, and it may do everything: while it may come in, nobody but this
// machine is served.
export const DEMO_CLIENT = 'dovetail-demo';
