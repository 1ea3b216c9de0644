namespace Crescent.Grains.Mutation.Admission.PodSecurity;

/// <summary>What a namespace's labels ask of its pods.</summary>
/// <param name="Enforce">Pods that fall short are refused.</param>
/// <param name="Warn">Who writes them is told.</param>
/// <param name="Audit">The audit log notes them.</param>
internal readonly record struct PodSecurityPolicy(PodSecurityPolicy.Rule Enforce, PodSecurityPolicy.Rule Warn, PodSecurityPolicy.Rule Audit)
{
    public const string Prefix = "pod-security.kubernetes.io/";

    public bool IsPrivileged => Enforce.Level == PodSecurityLevel.Privileged && Warn.Level == PodSecurityLevel.Privileged && Audit.Level == PodSecurityLevel.Privileged;

    public static PodSecurityPolicy Read(IReadOnlyDictionary<string, string> labels) => new(Of(labels, "enforce"), Of(labels, "warn"), Of(labels, "audit"));

    public static bool TryParse(string text, out PodSecurityLevel level)
    {
        (level, var isKnown) = text switch
        {
            "privileged" => (PodSecurityLevel.Privileged, true),
            "baseline" => (PodSecurityLevel.Baseline, true),
            "restricted" => (PodSecurityLevel.Restricted, true),
            _ => (PodSecurityLevel.Restricted, false),
        };
        return isKnown;
    }

    // A level that cannot be read counts as the strictest.
    private static Rule Of(IReadOnlyDictionary<string, string> labels, string mode)
    {
        if (!labels.TryGetValue($"{Prefix}{mode}", out var text))
        {
            return new(PodSecurityLevel.Privileged, "latest");
        }

        _ = TryParse(text, out var level);
        return new(level, labels.TryGetValue($"{Prefix}{mode}-version", out var version) && version.Length > 0 ? version : "latest");
    }

    internal readonly record struct Rule(PodSecurityLevel Level, string Version)
    {
        /// <summary><c>baseline:latest</c>.</summary>
        public override string ToString() => $"{Level.ToString().ToLowerInvariant()}:{Version}";
    }
}
