package animatic

import (
	"reflect"
	"testing"

	"github.com/dailies/dailies/internal/drama"
)

// Clothes named among the looks are worn where no wardrobe says otherwise.
func TestClothesAmongTheLooksAreWorn(t *testing.T) {
	dressed := func(looks, wardrobe string) *person {
		return personOf("s", drama.BriefCast{ID: "ana", Name: "Ana", Looks: looks, Wardrobe: wardrobe})
	}
	if want, got := dressed("woman, 30", "red coat"), dressed("woman, 30, red coat", ""); !reflect.DeepEqual(want, got) {
		t.Errorf("a red coat among the looks is not worn: %+v, want %+v", got, want)
	}
	if reflect.DeepEqual(dressed("woman, 30, red coat", ""), dressed("woman, 30, red coat", "blue apron")) {
		t.Error("the wardrobe does not replace the looks' clothes")
	}
}
