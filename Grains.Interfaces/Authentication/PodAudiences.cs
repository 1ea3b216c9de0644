using System.Text.Json;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Authentication;

/// <summary>
/// For whom a node may ask for tokens of a pod that is on it: for those its volumes name, see
/// <see href="https://kubernetes.io/docs/reference/access-authn-authz/node/#token-audience-restriction">audience restriction</see>.
/// </summary>
public static class PodAudiences
{
    /// <param name="pod">The pod.</param>
    /// <param name="audience">Empty: the API itself.</param>
    /// <param name="caches">Where the drivers of its volumes are looked up.</param>
    /// <param name="cancellationToken">Ends waiting for them.</param>
    public static async ValueTask<bool> NamesAsync(JsonElement pod, string audience, IResourceCaches caches, CancellationToken cancellationToken)
    {
        foreach (var volume in pod.Items("spec", "volumes"))
        {
            if (volume.Items("projected", "sources").Any(source => source.Has("serviceAccountToken") && source.Text("serviceAccountToken", "audience") == audience))
            {
                return true;
            }

            if (volume.Text("csi", "driver") is { Length: > 0 } driver)
            {
                var drivers = caches.Get(KnownTypes.CsiDrivers);
                await drivers.WaitUntilLoadedAsync(cancellationToken);
                if (drivers.Current.TryGet("", driver, out var found) && JsonElement.Parse(found.Body).Items("spec", "tokenRequests").Any(token => token.Text("audience") == audience))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <param name="audience">What was asked for.</param>
    /// <param name="node">Who asked.</param>
    /// <param name="account">Whose token.</param>
    public static ResourceError Refusal(string audience, string node, string account) => ResourceErrors.Forbidden(
        KnownTypes.ServiceAccounts, account, $"audience \"{audience}\" not found in pod spec volume, system:node:{node} is not authorized to request tokens for this audience");
}
