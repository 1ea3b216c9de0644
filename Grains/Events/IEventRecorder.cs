namespace Crescent.Grains.Events;

/// <summary>
/// Records <see href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/">events</see>. Returns at once and
/// never fails: events are written behind, repeated ones counted on the same object, floods of one source about one object are thinned.
/// Thread-safe.
/// </summary>
public interface IEventRecorder
{
    /// <param name="involved">What the event is about.</param>
    /// <param name="type"><c>Normal</c> or <c>Warning</c>.</param>
    /// <param name="reason">UpperCamelCase, e.g. <c>SuccessfulCreate</c>.</param>
    /// <param name="message">For people; at most 1024 characters are kept.</param>
    /// <param name="component">Reporting component, e.g. <c>replicaset-controller</c>.</param>
    /// <param name="host">Node the component runs on; empty for the control plane.</param>
    void Record(EventSubject involved, string type, string reason, string message, string component, string host = "");
}
