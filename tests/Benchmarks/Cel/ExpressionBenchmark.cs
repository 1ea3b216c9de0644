using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Crescent.Cel;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;

namespace Crescent.Benchmarks.Cel;

/// <summary>A policy's typical line: compiled when the policy is written, run for every object.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class ExpressionBenchmark
{
    private const string Line =
        "object.spec.template.spec.containers.all(c, c.image.startsWith('registry.example/') && has(c.resources.limits) && 'memory' in c.resources.limits)";

    private readonly CelEnvironment _environment = CelEnvironment.Kubernetes.With("object", CelType.Dyn).With("oldObject", CelType.Dyn);
    private readonly Dictionary<string, CelValue> _variables = new(StringComparer.Ordinal);
    private CelProgram _program = null!;

    [GlobalSetup]
    public void Setup()
    {
        var containers = new JsonArray();
        for (var index = 0; index < 3; index++)
        {
            containers.Add(new JsonObject
            {
                ["name"] = $"c{index}", ["image"] = $"registry.example/shop:{index}",
                ["resources"] = new JsonObject { ["limits"] = new JsonObject { ["cpu"] = "1", ["memory"] = "64Mi" } },
            });
        }

        _variables["object"] = JsonValues.Of(new JsonObject
        {
            ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = containers } } },
        });
        _program = _environment.Compile(Line).Program!;
    }

    [Benchmark]
    public Compilation Compile() => _environment.Compile(Line);

    [Benchmark]
    public CelValue Run() => _program.Evaluate(_variables);
}
