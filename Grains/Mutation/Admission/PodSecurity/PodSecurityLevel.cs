namespace Crescent.Grains.Mutation.Admission.PodSecurity;

/// <summary>The three <see href="https://kubernetes.io/docs/concepts/security/pod-security-standards/">standards</see>, each stricter than the one before.</summary>
internal enum PodSecurityLevel
{
    Privileged,
    Baseline,
    Restricted,
}
