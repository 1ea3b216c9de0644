using Crescent.Api.Selectors;
using Crescent.Resources;
using Xunit;

namespace Crescent.Api.Tests.Selectors;

public sealed class LabelSelectorTests
{
    private static readonly TextMap Labels = TextMap.Empty.With("app", "web").With("tier", "5").With("x.io/y", "");

    [Theory]
    [InlineData("", true)]
    [InlineData("app=web", true)]
    [InlineData("app==web,tier=5", true)]
    [InlineData("app!=web", false)]
    [InlineData("other!=web", true)]
    [InlineData("app in (db, web)", true)]
    [InlineData("app notin (db,web)", false)]
    [InlineData("other notin (db)", true)]
    [InlineData("app", true)]
    [InlineData("!app", false)]
    [InlineData("!other", true)]
    [InlineData("tier>4", true)]
    [InlineData("tier<5", false)]
    [InlineData("app>4", false)]
    [InlineData("x.io/y=", true)]
    [InlineData("app in (web),tier in (5),!z", true)]
    public void Matches_Selector_Decides(string text, bool expected)
    {
        Assert.True(LabelSelector.TryParse(text, out var selector, out var problem), problem);
        Assert.Equal(expected, selector.Matches(Labels));
    }

    [Theory]
    [InlineData("a=b,")]
    [InlineData("a in b")]
    [InlineData("a in (b")]
    [InlineData("-a=b")]
    [InlineData("a=b c")]
    [InlineData("a>x")]
    [InlineData("=b")]
    public void TryParse_Malformed_SaysWhy(string text)
    {
        Assert.False(LabelSelector.TryParse(text, out _, out var problem));
        Assert.NotEmpty(problem);
    }
}
