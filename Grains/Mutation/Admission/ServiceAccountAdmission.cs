using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>
/// New pods run as a service account that is there, and find its token, the cluster's CA certificate and their namespace in a volume, see
/// <see href="https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/">service accounts of pods</see>.
/// </summary>
internal sealed class ServiceAccountAdmission(IResourceCaches caches, TimeProvider time) : IAdmission
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const string VolumePrefix = "kube-api-access-";
    private const long TokenSeconds = 3607;

    // A namespace gets its default account a moment after it appears.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private const int Attempts = 40;

    public async ValueTask<ResourceError?> MutateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (!request.IsCreate || request.Type != KnownTypes.Pods || request.Object.Object("spec") is not { } spec)
        {
            return null;
        }

        if (request.Object.Object("metadata", "annotations").Text("kubernetes.io/config.mirror").Length > 0)
        {
            return CheckMirror(request, spec);
        }

        var name = spec.Text("serviceAccountName") is { Length: > 0 } given ? given : spec.Text("serviceAccount") is { Length: > 0 } old ? old : "default";
        spec["serviceAccountName"] = name;
        spec["serviceAccount"] = name;
        if (await FindAsync(request.Key.Namespace, name, cancellationToken) is not { } snapshot)
        {
            return ResourceErrors.Forbidden(
                request.Type, request.Key.Name, $"error looking up service account {request.Key.Namespace}/{name}: serviceaccount \"{name}\" not found");
        }

        using var document = JsonDocument.Parse(snapshot.Body);
        var account = document.RootElement;
        if (MustMount(spec, account))
        {
            Mount(spec);
        }

        if (spec.Array("imagePullSecrets") is not { Count: > 0 } && account.At("imagePullSecrets") is { ValueKind: JsonValueKind.Array } secrets && secrets.GetArrayLength() > 0)
        {
            spec["imagePullSecrets"] = JsonArray.Create(secrets.Clone());
        }

        return null;
    }

    private async ValueTask<ResourceSnapshot?> FindAsync(string ns, string name, CancellationToken cancellationToken)
    {
        var cache = caches.Get(KnownTypes.ServiceAccounts);
        if (cache.Current.TryGet(ns, name, out var account))
        {
            return account;
        }

        for (var attempt = 1; ; attempt++)
        {
            if ((await cache.GetConsistentAsync(cancellationToken)).TryGet(ns, name, out account))
            {
                return account;
            }

            if (name != "default" || attempt == Attempts)
            {
                return null;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static ResourceError? CheckMirror(AdmissionRequest request, JsonObject spec)
    {
        var why = spec.Text("serviceAccountName").Length > 0 || spec.Text("serviceAccount").Length > 0 ? "a mirror pod may not reference service accounts"
            : PodReferences.Of(request.Key, JsonSerializer.SerializeToElement(spec)).Any(static key => key.Type == KnownTypes.Secrets) ? "a mirror pod may not reference secrets"
            : spec.Objects("volumes").Any(static volume => volume.Object("projected").Objects("sources").Any(static source => source.Has("serviceAccountToken")))
                ? "a mirror pod may not use ServiceAccountToken volume projections" : null;
        return why is null ? null : ResourceErrors.Forbidden(request.Type, request.Key.Name, why);
    }

    private static bool MustMount(JsonObject spec, JsonElement account)
    {
        if (spec["automountServiceAccountToken"] is JsonValue own)
        {
            return own.GetValueKind() == JsonValueKind.True;
        }

        return account.At("automountServiceAccountToken").ValueKind != JsonValueKind.False;
    }

    private static void Mount(JsonObject spec)
    {
        var volume = spec.Objects("volumes").Select(static item => item.Text("name")).FirstOrDefault(static name => name.StartsWith(VolumePrefix, StringComparison.Ordinal));
        var name = volume ?? VolumePrefix + RandomNumberGenerator.GetString(Alphabet, 5);
        var isMounted = false;
        foreach (var container in spec.Objects("initContainers").Concat(spec.Objects("containers")))
        {
            if (container.Objects("volumeMounts").Any(static mount => mount.Text("mountPath") == MountPath))
            {
                continue;
            }

            Append(container, "volumeMounts", new() { ["name"] = name, ["readOnly"] = true, ["mountPath"] = MountPath });
            isMounted = true;
        }

        if (isMounted && volume is null)
        {
            Append(spec, "volumes", Volume(name));
        }
    }

    private static void Append(JsonObject owner, string name, JsonObject item)
    {
        if (owner[name] is not JsonArray list)
        {
            owner[name] = list = [];
        }

        list.Add(item);
    }

    private static JsonObject Volume(string name) => new()
    {
        ["name"] = name,
        ["projected"] = new JsonObject
        {
            ["sources"] = new JsonArray(
                new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = TokenSeconds, ["path"] = "token" } },
                new JsonObject
                {
                    ["configMap"] = new JsonObject
                    {
                        ["name"] = "kube-root-ca.crt", ["items"] = new JsonArray((JsonNode)new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }),
                    },
                },
                new JsonObject
                {
                    ["downwardAPI"] = new JsonObject
                    {
                        ["items"] = new JsonArray((JsonNode)new JsonObject
                        {
                            ["path"] = "namespace", ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                        }),
                    },
                }),
            ["defaultMode"] = 420,
        },
    };
}
