// What somebody should know of a subscription; the app takes it to the alerts.

export interface SubscriptionProblem {
  /**
   * `failing`: its endpoint fails again and again and is left alone for a while. `given-up`: a message will not be tried again by itself.
   * `disabled`: it delivers no more until somebody resumes it. `recovered`: an attempt was successful again.
   */
  readonly kind: 'failing' | 'given-up' | 'disabled' | 'recovered';
  readonly subscription: { readonly id: string; readonly name: string };
  /** In plain words, without secrets; empty for `recovered`. */
  readonly says: string;
  /** Of `given-up`. */
  readonly messageId?: string;
}
