namespace Crescent.Api.Auditing;

/// <summary>The <see href="https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/">audit log</see>.</summary>
public sealed class AuditOptions
{
    /// <summary>File with an <c>audit.k8s.io/v1</c> Policy; empty (the default): nothing is noted.</summary>
    public string PolicyFile { get; set; } = "";

    /// <summary>Where events are appended, one JSON object per line; renaming it away is fine at any time.</summary>
    public string LogFile { get; set; } = "audit.log";

    /// <summary>Bodies are noted up to this size, 100 KiB.</summary>
    public int MaxBodyBytes { get; set; } = 100 * 1024;

    /// <summary>A file that has grown to this is renamed to <c>NAME-TIME.EXTENSION</c> and a new one begun; 100 MiB. 0: never.</summary>
    public long MaxFileBytes { get; set; } = 100 * 1024 * 1024;

    /// <summary>So many renamed files are kept, the youngest ones; 10. 0: all of them.</summary>
    public int MaxBackups { get; set; } = 10;

    /// <summary>Renamed files older than this are deleted; zero (the default): age does not matter.</summary>
    public TimeSpan MaxAge { get; set; }
}
