#:project ../Grains.Interfaces/Grains.Interfaces.csproj
#:property RestoreLockedMode=false
#:property RestorePackagesWithLockFile=false

// Turns the XML documentation of the KubernetesClient package into the compact resource that OpenAPI descriptions come from:
//   dotnet run eng/openapi-descriptions.cs -- KubernetesClient.xml Api/OpenApi/descriptions.tsv.gz
// Lines are "type<TAB><TAB>description" and "<TAB>field<TAB>description", types by full schema name.
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml;
using Crescent.Schema;

var summaries = ReadSummaries(args[0]);
using var output = new StreamWriter(new GZipStream(File.Create(args[1]), CompressionLevel.SmallestSize));
output.NewLine = "\n";
foreach (var type in SchemaCatalog.BuiltIn.Types.OrderBy(type => type.FullName, StringComparer.Ordinal))
{
    var parts = type.FullName.Split('.');
    var (group, version, name) = (parts[^3], parts[^2], parts[^1]);
    if (!Regex.IsMatch(version, "^v[0-9]+$") || type.Fields.IsEmpty)
    {
        continue;
    }

    string[] candidates = [$"{Capital(group)}{version}{name}", $"{Capital(version)}{name}"];
    if (candidates.FirstOrDefault(candidate => summaries.ContainsKey($"T:{candidate}")) is not { } model)
    {
        continue;
    }

    output.WriteLine($"{type.FullName}\t\t{summaries[$"T:{model}"]}");
    foreach (var field in type.Fields)
    {
        var key = $"P:{model}.{field.Name}".ToLowerInvariant();
        if (summaries.TryGetValue(key, out var text) || summaries.TryGetValue($"{key}property", out text))
        {
            output.WriteLine($"\t{field.Name}\t{text}");
        }
    }
}

static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

// Types as they are, properties in lower case.
static Dictionary<string, string> ReadSummaries(string path)
{
    const string models = ":k8s.Models.";
    var found = new Dictionary<string, string>(StringComparer.Ordinal);
    using var reader = XmlReader.Create(path);
    while (reader.ReadToFollowing("member"))
    {
        var member = reader.GetAttribute("name")!;
        if (member.Length < 2 || member[0] is not ('T' or 'P') || !member.AsSpan(1).StartsWith(models))
        {
            continue;
        }

        using var inner = reader.ReadSubtree();
        if (inner.ReadToFollowing("summary"))
        {
            var name = $"{member[0]}:{member[(1 + models.Length)..]}";
            found[member[0] == 'T' ? name : name.ToLowerInvariant()] = Regex.Replace(inner.ReadElementContentAsString(), @"\s+", " ").Trim();
        }
    }

    return found;
}
