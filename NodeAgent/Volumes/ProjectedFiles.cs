using System.Text;
using Crescent.NodeAgent.Assignments;
using Crescent.NodeAgent.Pods;
using k8s.Models;

namespace Crescent.NodeAgent.Volumes;

/// <summary>Contents of ConfigMap, Secret, downward API and projected volumes. Pure.</summary>
internal static class ProjectedFiles
{
    private const int DefaultMode = 0b110_100_100;

    public static bool IsProjected(V1Volume volume) =>
        volume.ConfigMap is not null || volume.Secret is not null || volume.DownwardAPI is not null || volume.Projected is not null;

    /// <exception cref="ConfigurationException">Something that is named does not exist.</exception>
    public static List<VolumeFile> Collect(V1Volume volume, PodFields fields, INodeObjects objects, IPodTokens tokens)
    {
        var files = new List<VolumeFile>();
        if (volume.ConfigMap is { } config)
        {
            AddConfigMap(config.Name, config.Items, config.Optional, config.DefaultMode, fields, objects, files);
        }
        else if (volume.Secret is { } secret)
        {
            AddSecret(secret.SecretName, secret.Items, secret.Optional, secret.DefaultMode, fields, objects, files);
        }
        else if (volume.DownwardAPI is { } downward)
        {
            AddFields(downward.Items, downward.DefaultMode, fields, files);
        }
        else if (volume.Projected is { } projected)
        {
            foreach (var source in projected.Sources ?? [])
            {
                AddSource(source, projected.DefaultMode, fields, objects, tokens, files);
            }
        }

        return files;
    }

    private static void AddSource(
        V1VolumeProjection source, int? mode, PodFields fields, INodeObjects objects, IPodTokens tokens, List<VolumeFile> files)
    {
        if (source.ConfigMap is { } config)
        {
            AddConfigMap(config.Name, config.Items, config.Optional, mode, fields, objects, files);
        }

        if (source.Secret is { } secret)
        {
            AddSecret(secret.Name, secret.Items, secret.Optional, mode, fields, objects, files);
        }

        if (source.DownwardAPI is { } downward)
        {
            AddFields(downward.Items, mode, fields, files);
        }

        if (source.ServiceAccountToken is { } token)
        {
            files.Add(new VolumeFile(token.Path, Encoding.UTF8.GetBytes(tokens.Get(fields.Pod, token)), mode ?? DefaultMode));
        }
    }

    private static void AddConfigMap(
        string? name, IList<V1KeyToPath>? items, bool? optional, int? mode, PodFields fields, INodeObjects objects, List<VolumeFile> files)
    {
        var podNamespace = fields.Pod.Metadata.NamespaceProperty;
        if (objects.FindConfigMap(podNamespace, name ?? "") is not { } map)
        {
            if (optional != true)
            {
                throw new ConfigurationException($"configmap \"{name}\" not found");
            }

            return;
        }

        var content = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (key, text) in map.Data ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            content[key] = Encoding.UTF8.GetBytes(text);
        }

        foreach (var (key, bytes) in map.BinaryData ?? new Dictionary<string, byte[]>(StringComparer.Ordinal))
        {
            content[key] = bytes;
        }

        AddKeys(content, items, optional, mode, "configmap", files);
    }

    private static void AddSecret(
        string? name, IList<V1KeyToPath>? items, bool? optional, int? mode, PodFields fields, INodeObjects objects, List<VolumeFile> files)
    {
        if (objects.FindSecret(fields.Pod.Metadata.NamespaceProperty, name ?? "") is not { } secret)
        {
            if (optional != true)
            {
                throw new ConfigurationException($"secret \"{name}\" not found");
            }

            return;
        }

        AddKeys(secret.Data ?? new Dictionary<string, byte[]>(StringComparer.Ordinal), items, optional, mode, "secret", files);
    }

    private static void AddKeys(
        IDictionary<string, byte[]> content, IList<V1KeyToPath>? items, bool? optional, int? mode, string kind, List<VolumeFile> files)
    {
        if (items is not { Count: > 0 })
        {
            files.AddRange(content.Select(pair => new VolumeFile(pair.Key, pair.Value, mode ?? DefaultMode)));
            return;
        }

        foreach (var item in items)
        {
            if (content.TryGetValue(item.Key, out var bytes))
            {
                files.Add(new VolumeFile(item.Path, bytes, item.Mode ?? mode ?? DefaultMode));
            }
            else if (optional != true)
            {
                throw new ConfigurationException($"{kind} references non-existent {kind} key: {item.Key}");
            }
        }
    }

    private static void AddFields(IList<V1DownwardAPIVolumeFile>? items, int? mode, PodFields fields, List<VolumeFile> files)
    {
        foreach (var item in items ?? [])
        {
            var text = item.FieldRef is { } field ? fields.Field(field.FieldPath)
                : item.ResourceFieldRef is { } resource ? fields.Resource(resource.ContainerName ?? "", resource.Resource, resource.Divisor)
                : "";
            files.Add(new VolumeFile(item.Path, Encoding.UTF8.GetBytes(text), item.Mode ?? mode ?? DefaultMode));
        }
    }
}
