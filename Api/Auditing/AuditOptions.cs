namespace Crescent.Api.Auditing;

/// <summary>The <see href="https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/">audit log</see>.</summary>
public sealed class AuditOptions
{
    /// <summary>File with an <c>audit.k8s.io/v1</c> Policy; empty (the default): nothing is noted.</summary>
    public string PolicyFile { get; set; } = "";

    /// <summary>Where events are appended, one JSON object per line; rotate it by renaming.</summary>
    public string LogFile { get; set; } = "audit.log";

    /// <summary>Bodies are noted up to this size, 100 KiB.</summary>
    public int MaxBodyBytes { get; set; } = 100 * 1024;
}
