namespace Crescent.NodeAgent.Pods;

/// <summary>A sandbox or container that could not be started.</summary>
/// <param name="Reason">As in <c>state.waiting.reason</c>: ErrImagePull, CreateContainerConfigError …</param>
/// <param name="RetryAt">When it is tried again.</param>
/// <param name="IsConfiguration">A ConfigMap or Secret was missing: try again as soon as one changes.</param>
/// <param name="BackOffReason">Reason shown once the first has been seen for a moment, e.g. ImagePullBackOff; empty: the same.</param>
/// <param name="BackOffMessage">Its message.</param>
internal sealed record StartFailure(
    string Reason, string Message, DateTimeOffset At, DateTimeOffset RetryAt, bool IsConfiguration = false, string BackOffReason = "", string BackOffMessage = "")
{
    /// <summary>How long an error is shown as such before it is shown as a back-off.</summary>
    public static readonly TimeSpan ErrorShown = TimeSpan.FromSeconds(3);

    public bool IsShownAsBackOff(DateTimeOffset now) => BackOffReason.Length > 0 && now - At >= ErrorShown;
}
