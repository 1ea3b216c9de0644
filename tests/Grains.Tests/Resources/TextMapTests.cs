using Crescent.Resources;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Crescent.Grains.Tests.Resources;

public sealed class TextMapTests
{
    private static readonly Gen<string> Name = Gen.String[Gen.Char["abAB./-ü"], 0, 4];

    /// <summary>Against the sorted map of the framework.</summary>
    [Fact]
    public void Of_AnyPairs_IsASortedMapInWhichTheLastCounts() => Gen.Select(Name, Gen.String[0, 3]).Array[0, 40].Sample(pairs =>
    {
        var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            model[name] = value;
        }

        var map = TextMap.Of([.. pairs.Select(static pair => KeyValuePair.Create(pair.Item1, pair.Item2))]);

        Assert.Equal(model, map.AsEnumerable());
        Assert.Equal((model.Count, model.Count == 0), (map.Count, map.IsEmpty));
        foreach (var name in pairs.Select(static pair => pair.Item1).Append("absent"))
        {
            Assert.Equal(model.TryGetValue(name, out var expected), map.TryGetValue(name, out var found));
            Assert.Equal(expected, found);
            Assert.Equal(expected is not null, map.ContainsKey(name));
        }
    });

    [Fact]
    public void With_NameThatIsThere_TakesItsPlace()
    {
        var map = TextMap.Empty.With("b", "1").With("a", "2");

        Assert.Equal(["a=2", "b=3"], map.With("b", "3").Select(static pair => $"{pair.Key}={pair.Value}"));
        Assert.Equal("1", map["b"]);
        Assert.Throws<KeyNotFoundException>(() => map["c"]);
    }

    /// <summary>As silos and agents send it to each other.</summary>
    [Fact]
    public void Serialized_ComesBack()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var map = TextMap.Empty.With("app", "web").With("tier", "");

        Assert.Equal(map.AsEnumerable(), serializer.Deserialize<TextMap>(serializer.SerializeToArray(map))!.AsEnumerable());
        Assert.Empty(serializer.Deserialize<TextMap>(serializer.SerializeToArray(TextMap.Empty))!.AsEnumerable());
    }
}
