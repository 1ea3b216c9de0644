using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Resources;
using Crescent.Scheduling;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>Reads pods out of stored bodies.</summary>
internal static class PodInfoReader
{
    private const long DefaultMilliCpu = 100;
    private const long DefaultMemory = 200L * 1024 * 1024;

    public static PodInfo Read(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        var root = document.RootElement;
        var spec = root.At("spec");
        var affinity = spec.At("affinity");
        var ns = snapshot.Key.Namespace;
        var requests = PodRequests.Of(spec, 0, 0);
        var scheduled = root.At("status", "conditions").Condition("PodScheduled");
        var requiredTerms = affinity.At("nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
        return new()
        {
            Key = snapshot.Key,
            Uid = snapshot.Uid,
            Version = snapshot.Version,
            Template = Fingerprint(snapshot, spec),
            Labels = snapshot.Labels,
            ControllerUid = snapshot.ControllerUid,
            CreationTimestamp = root.At("metadata", "creationTimestamp").Time() ?? default,
            NodeName = spec.At("nodeName").Text() ?? "",
            SchedulerName = spec.At("schedulerName").Text() ?? SchedulerNames.Default,
            Priority = spec.At("priority").Int() ?? 0,
            MayPreempt = spec.At("preemptionPolicy").Text() != "Never",
            NominatedNode = root.At("status", "nominatedNodeName").Text() ?? "",
            IsTerminal = root.At("status", "phase").Text() is "Succeeded" or "Failed",
            IsDeleting = snapshot.DeletionTimestamp is not null,
            IsGated = spec.At("schedulingGates").Items().Any(),
            Requests = requests,
            ScoringRequests = PodRequests.Of(spec, DefaultMilliCpu, DefaultMemory),
            HostPorts = ReadHostPorts(spec),
            Tolerations = [.. spec.At("tolerations").Items().Select(ReadToleration)],
            NodeSelector = [.. spec.At("nodeSelector").TextMap()],
            RequiredNodeTerms = requiredTerms.Exists()
                ? [.. requiredTerms.At("nodeSelectorTerms").Items().Select(NodeSelectorReader.Term)] : default,
            PreferredNodeTerms =
            [
                .. affinity.At("nodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution").Items()
                    .Select(static term => new WeightedNodeTerm(term.At("weight").Int() ?? 0, NodeSelectorReader.Term(term.At("preference")))),
            ],
            RequiredAffinity = ReadRequired(affinity.At("podAffinity"), ns),
            RequiredAntiAffinity = ReadRequired(affinity.At("podAntiAffinity"), ns),
            PreferredAffinity = [.. ReadPreferred(affinity.At("podAffinity"), ns, 1), .. ReadPreferred(affinity.At("podAntiAffinity"), ns, -1)],
            SpreadConstraints = [.. spec.At("topologySpreadConstraints").Items().Select(SpreadConstraint.Parse)],
            Claims =
            [
                .. spec.At("volumes").Items().Select(static volume => volume.At("persistentVolumeClaim", "claimName").Text()).OfType<string>(),
            ],
            Images = [.. spec.At("containers").Items().Select(static container => container.At("image").Text() ?? "")],
            UnschedulableMessage = scheduled.At("status").Text() == "False" ? scheduled.At("message").Text() ?? "" : null,
        };
    }

    private static ImmutableArray<HostPort> ReadHostPorts(JsonElement spec)
    {
        var ports = ImmutableArray.CreateBuilder<HostPort>();
        foreach (var container in spec.At("containers").Items())
        {
            foreach (var port in container.At("ports").Items())
            {
                if (port.At("hostPort").Int() is > 0 and var number)
                {
                    ports.Add(HostPort.Of(port.At("hostIP").Text(), port.At("protocol").Text(), number));
                }
            }
        }

        return ports.ToImmutable();
    }

    private static Toleration ReadToleration(JsonElement toleration) => new(
        toleration.At("key").Text() ?? "", toleration.At("operator").Text() ?? "",
        toleration.At("value").Text() ?? "", toleration.At("effect").Text() ?? "");

    private static ImmutableArray<PodAffinityTerm> ReadRequired(JsonElement affinity, string ns) =>
        [.. affinity.At("requiredDuringSchedulingIgnoredDuringExecution").Items().Select(term => PodAffinityTerm.Parse(term, ns))];

    private static IEnumerable<PodAffinityTerm> ReadPreferred(JsonElement affinity, string ns, int sign) =>
        affinity.At("preferredDuringSchedulingIgnoredDuringExecution").Items()
            .Select(term => PodAffinityTerm.Parse(term.At("podAffinityTerm"), ns, sign * (term.At("weight").Int() ?? 0)))
            .ToArray();

    private static Guid Fingerprint(ResourceSnapshot snapshot, JsonElement spec)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(snapshot.Key.Namespace));
        hash.AppendData(Encoding.UTF8.GetBytes($"\n{snapshot.ControllerUid}\n"));
        foreach (var (name, value) in snapshot.Labels)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}={value}\n"));
        }

        Append(hash, spec);

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new(digest[..16]);
    }

    /// <summary>
    /// No plugin reads volumes and mounts, and each pod's token volume has a name of its own: with them no two pods would be alike.
    /// </summary>
    private static void Append(IncrementalHash hash, JsonElement spec)
    {
        if (spec.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in spec.EnumerateObject())
        {
            if (member.NameEquals("volumes"u8) || member.NameEquals("volumeMounts"u8))
            {
                continue;
            }

            hash.AppendData("\n"u8);
            hash.AppendData(JsonMarshal.GetRawUtf8PropertyName(member));
            hash.AppendData(":"u8);
            if (member.Value.ValueKind == JsonValueKind.Array && (member.NameEquals("containers"u8) || member.NameEquals("initContainers"u8)))
            {
                foreach (var container in member.Value.EnumerateArray())
                {
                    hash.AppendData("{"u8);
                    Append(hash, container);
                }
            }
            else
            {
                hash.AppendData(JsonMarshal.GetRawUtf8Value(member.Value));
            }
        }
    }
}
