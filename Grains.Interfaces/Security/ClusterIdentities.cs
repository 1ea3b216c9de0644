using System.Security.Cryptography.X509Certificates;

namespace Crescent.Security;

/// <summary>
/// Names the cluster's certificates carry: common name = user, organisations = groups, as
/// <see href="https://kubernetes.io/docs/setup/best-practices/certificates/">Kubernetes</see> reads them.
/// </summary>
public static class ClusterIdentities
{
    /// <summary>Orleans cluster and service id.</summary>
    public const string OrleansCluster = "crescent";

    /// <summary>Organisation of administrators; no rule limits them.</summary>
    public const string Masters = "system:masters";

    /// <summary>Organisation of node agents.</summary>
    public const string Nodes = "system:nodes";

    /// <summary>Organisation of silos: connections between silos are accepted from it alone.</summary>
    public const string Silos = "system:crescent:silos";

    /// <summary>Organisation of API front ends that run outside a silo.</summary>
    public const string FrontEnds = "system:crescent:front-ends";

    /// <summary>User the API is known as to node agents.</summary>
    public const string ApiClient = "kube-apiserver-kubelet-client";

    private const string NodePrefix = "system:node:";
    private const string CommonNameOid = "2.5.4.3";
    private const string OrganizationOid = "2.5.4.10";

    /// <summary>User name of a node's agent.</summary>
    public static string NodeUser(string nodeName) => NodePrefix + nodeName;

    /// <summary>The node a certificate was issued to; null when it is no node's.</summary>
    public static string? NodeNameOf(X509Certificate2 certificate)
    {
        var user = CommonNameOf(certificate);
        return user is not null && user.StartsWith(NodePrefix, StringComparison.Ordinal) && IsMemberOf(certificate, Nodes)
            ? user[NodePrefix.Length..]
            : null;
    }

    /// <summary>The common name of the subject.</summary>
    public static string? CommonNameOf(X509Certificate2 certificate) => ValuesOf(certificate, CommonNameOid).FirstOrDefault();

    /// <summary>Whether <paramref name="organization"/> is one of the subject's organisations.</summary>
    public static bool IsMemberOf(X509Certificate2 certificate, string organization) =>
        ValuesOf(certificate, OrganizationOid).Contains(organization, StringComparer.Ordinal);

    private static IEnumerable<string> ValuesOf(X509Certificate2 certificate, string oid)
    {
        foreach (var name in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (!name.HasMultipleElements && name.GetSingleElementType().Value == oid && name.GetSingleElementValue() is { } value)
            {
                yield return value;
            }
        }
    }
}
