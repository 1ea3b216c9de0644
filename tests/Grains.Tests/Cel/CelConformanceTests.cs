namespace Crescent.Grains.Tests.Cel;

public sealed class CelConformanceTests
{
    [Theory]
    [InlineData("arithmetic")]
    [InlineData("comparisons")]
    [InlineData("strings")]
    [InlineData("collections")]
    [InlineData("macros")]
    [InlineData("logic")]
    [InlineData("times")]
    [InlineData("conversions")]
    [InlineData("literals")]
    [InlineData("optionals")]
    [InlineData("objects")]
    [InlineData("libraries")]
    [InlineData("errors")]
    public void Expression_OfATable_HasTheResultTheTableSays(string area)
    {
        var wrong = CelCases.Read(area)
            .Select(static item => (item.Expression, item.Result, Found: CelCases.Result(item.Expression)))
            .Where(static item => item.Found != item.Result)
            .Select(static item => $"{item.Expression}\n  should be {item.Result}\n  but is    {item.Found}");
        Assert.Equal("", string.Join('\n', wrong));
    }
}
