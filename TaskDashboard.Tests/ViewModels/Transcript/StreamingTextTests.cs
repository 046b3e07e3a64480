using TaskDashboard.App.ViewModels.Transcript;

namespace TaskDashboard.Tests.ViewModels.Transcript;

public class StreamingTextTests
{
    [Fact]
    public void Add_PiecesInOrder_MakeTheText()
    {
        var text = new StreamingText();
        Assert.True(text.Add(0, "Hel"));
        Assert.True(text.Add(3, "lo"));
        Assert.Equal("Hello", text.ToString());
    }

    [Fact]
    public void Add_APieceThatIsThere_ChangesNothing()
    {
        var text = new StreamingText();
        text.Add(0, "Hello");
        Assert.False(text.Add(3, "lo"));
        Assert.False(text.Add(0, "Hello"));
        Assert.Equal("Hello", text.ToString());
    }

    [Fact]
    public void Add_APieceThatOverlaps_AddsItsRest()
    {
        var text = new StreamingText();
        text.Add(0, "Hello");
        Assert.True(text.Add(3, "lo, world"));
        Assert.Equal("Hello, world", text.ToString());
    }

    [Fact]
    public void Add_TheTextSoFar_ReplacesWhatIsThere()
    {
        var text = new StreamingText();
        text.Add(0, "Hel");
        Assert.True(text.Add(0, "Hello, world"));
        Assert.Equal("Hello, world", text.ToString());
    }

    [Fact]
    public void Add_BehindAHole_IsLeftOutUntilTheTextSoFarComes()
    {
        var text = new StreamingText();
        text.Add(0, "Hel");
        Assert.False(text.Add(7, "world"));
        Assert.Equal("Hel", text.ToString());
        text.Add(0, "Hello, world");
        Assert.True(text.Add(12, "!"));
        Assert.Equal("Hello, world!", text.ToString());
    }

    [Fact]
    public void Add_CountsUtf16Units_SoThatASplitSurrogatePairIsWholeAgain()
    {
        var text = new StreamingText();
        text.Add(0, "a\ud83d");
        Assert.True(text.Add(2, "\ude00b"));
        Assert.Equal("a😀b", text.ToString());
        Assert.Equal(4, text.Length);
    }

    [Fact]
    public void Close_MakesTheFinalTextStand_WhateverComesAfter()
    {
        var text = new StreamingText();
        text.Add(0, "Hello, wor");
        text.Close("Hello.");
        Assert.False(text.IsOpen);
        Assert.False(text.Add(0, "Hello, world and everything"));
        Assert.Equal("Hello.", text.ToString());
    }
}
