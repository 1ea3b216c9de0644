namespace Crescent.Grains.Certificates;

/// <summary>The <see href="https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers">built-in signers</see>.</summary>
internal static class SignerNames
{
    public const string ApiClient = "kubernetes.io/kube-apiserver-client";
    public const string NodeClient = "kubernetes.io/kube-apiserver-client-kubelet";
    public const string NodeServing = "kubernetes.io/kubelet-serving";
    public const string Legacy = "kubernetes.io/legacy-unknown";

    public static bool IsBuiltIn(string name) => name is ApiClient or NodeClient or NodeServing or Legacy;
}
